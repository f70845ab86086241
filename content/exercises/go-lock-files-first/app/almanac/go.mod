module stagecraft.test/almanac

go 1.22
