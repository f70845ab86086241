module stagecraft.test/toolshed

go 1.22
