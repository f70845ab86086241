module stagecraft.test/lighthouse

go 1.22
