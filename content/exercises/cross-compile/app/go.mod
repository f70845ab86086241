module stagecraft.test/beaufort

go 1.22
