// Command hello says its version.
package main

var version = "unknown"

func main() { println("hello, version", version) }
