package huts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Says in which huts below a height there are beds tonight: GET /huts?below=2500 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "{\"status\":\"ok\"}"));
        server.createContext("/huts", Main::huts);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
        System.out.println("huts listens on port " + port + ", Java " + Runtime.version().feature());
    }

    private static void huts(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        if (query == null || !query.matches("below=\\d{1,5}")) {
            answer(exchange, 400, "{\"error\":\"expected ?below= and a height in metres\"}");
            return;
        }
        int below = Integer.parseInt(query.substring("below=".length()));
        String huts = Hut.ALL.stream()
                .filter(hut -> hut.metres() < below && hut.freeBeds() > 0)
                .map(Hut::toJson)
                .collect(Collectors.joining(","));
        answer(exchange, 200, "{\"huts\":[" + huts + "]}");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }
}
