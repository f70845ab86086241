package tides;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A rough tide: high water comes 50 minutes later each day. For planning a walk, not for steering a ship. */
public record Tide(String harbour, String date, List<String> highWater) {
    private static final LocalDate START = LocalDate.of(2026, 1, 1);
    private static final int MINUTES_LATER_EACH_DAY = 50;
    private static final int MINUTES_BETWEEN = 745;

    public static Tide of(Harbour harbour, LocalDate date) {
        long days = ChronoUnit.DAYS.between(START, date);
        LocalTime first = harbour.firstHighWater().plusMinutes(days * MINUTES_LATER_EACH_DAY % MINUTES_BETWEEN);
        return new Tide(
                harbour.name().toLowerCase(),
                date.toString(),
                List.of(first.toString(), first.plusMinutes(MINUTES_BETWEEN).toString()));
    }

    public enum Harbour {
        CUXHAVEN(LocalTime.of(0, 35)),
        BREST(LocalTime.of(3, 10)),
        GALWAY(LocalTime.of(4, 20));

        private final LocalTime firstHighWater;

        Harbour(LocalTime firstHighWater) {
            this.firstHighWater = firstHighWater;
        }

        LocalTime firstHighWater() {
            return firstHighWater;
        }
    }
}
