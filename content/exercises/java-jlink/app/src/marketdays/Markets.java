package marketdays;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;

/** Which market is on which day, in the language of whoever asks. */
final class Markets {
    private static final Map<DayOfWeek, String> SQUARES = Map.of(
            DayOfWeek.MONDAY, "Mill Quay",
            DayOfWeek.WEDNESDAY, "Old Harbour",
            DayOfWeek.FRIDAY, "Town Hall Square",
            DayOfWeek.SATURDAY, "Old Harbour");

    private Markets() {}

    static String on(LocalDate date, Locale language) {
        String weekday = date.getDayOfWeek().getDisplayName(TextStyle.FULL, language);
        String month = date.getMonth().getDisplayName(TextStyle.FULL, language);
        String market = SQUARES.get(date.getDayOfWeek());
        return "{\"weekday\":\"%s\",\"month\":\"%s\",\"market\":%s}"
                .formatted(weekday, month, market == null ? "null" : "\"" + market + "\"");
    }
}
