package marketdays;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.logging.Logger;

/** Says where the market is: GET /days/2026-05-04?lang=pt */
public final class Main {
    private static final Logger LOGGER = Logger.getLogger("marketdays");

    private Main() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "{\"status\":\"ok\"}"));
        server.createContext("/days/", Main::day);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
        LOGGER.info("marketdays listens on port " + port);
    }

    private static void day(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        Locale language = query != null && query.matches("lang=[a-z]{2}")
                ? Locale.forLanguageTag(query.substring("lang=".length()))
                : Locale.ENGLISH;
        try {
            LocalDate date = LocalDate.parse(exchange.getRequestURI().getPath().substring("/days/".length()));
            answer(exchange, 200, Markets.on(date, language));
        } catch (DateTimeException error) {
            answer(exchange, 400, "{\"error\":\"expected a date like 2026-05-04\"}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }
}
