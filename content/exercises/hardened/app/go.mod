module stagecraft.test/lockers

go 1.22
