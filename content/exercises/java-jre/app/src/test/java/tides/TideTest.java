package tides;

import static org.junit.Assert.assertEquals;

import java.time.LocalDate;
import java.util.List;
import org.junit.Test;
import tides.Tide.Harbour;

public class TideTest {
    @Test
    public void highWaterComesTwiceADay() {
        assertEquals(List.of("03:10", "15:35"), Tide.of(Harbour.BREST, LocalDate.of(2026, 1, 1)).highWater());
    }

    @Test
    public void highWaterComesLaterEachDay() {
        assertEquals(List.of("04:00", "16:25"), Tide.of(Harbour.BREST, LocalDate.of(2026, 1, 2)).highWater());
    }
}
