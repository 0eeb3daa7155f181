// Two small programs that take a second to build, in the place of tools that take minutes.
module hello

go 1.24

tool (
	hello/cmd/bye
	hello/cmd/hello
)
