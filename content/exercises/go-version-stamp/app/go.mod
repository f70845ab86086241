module stagecraft.test/ferries

go 1.22
