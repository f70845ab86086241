module stagecraft.test/regatta

go 1.22
