package huts;

import java.util.List;

/** A mountain hut: how high it lies in metres, and how many of its beds are free tonight. */
public record Hut(String name, int metres, int freeBeds) {
    public static final List<Hut> ALL = List.of(
            new Hut("larkspur", 1420, 12),
            new Hut("grey-heron", 1985, 0),
            new Hut("three-cairns", 2310, 4),
            new Hut("old-customs-post", 2640, 1));

    public String toJson() {
        return "{\"name\":\"%s\",\"metres\":%d,\"freeBeds\":%d}".formatted(name, metres, freeBeds);
    }
}
