module stagecraft.test/labelpress

go 1.22
