package herbarium;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Finds plants by a word of their notes. */
@Component
class Herbarium {
    private final List<Plant> plants;

    Herbarium() throws IOException {
        var stream = Objects.requireNonNull(Herbarium.class.getResourceAsStream("/plants.json"), "plants.json");
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            plants = List.of(new Gson().fromJson(reader, Plant[].class));
        }
    }

    record Plant(String name, String notes) {
        boolean mentions(String word) {
            return Stream.of(notes.split("\\W+")).anyMatch(word::equalsIgnoreCase);
        }
    }

    /** Names in alphabetical order. */
    List<String> search(String word) {
        return plants.stream().filter(plant -> plant.mentions(word)).map(Plant::name).sorted().toList();
    }
}
