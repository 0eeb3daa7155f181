// Command bye says its version.
package main

var version = "unknown"

func main() { println("bye, version", version) }
