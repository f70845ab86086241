package tides;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Executors;
import tides.Tide.Harbour;

/** Says when the water is high: GET /tides/brest/2026-03-01 */
public final class Main {
    private static final Gson GSON = new Gson();

    private Main() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, Map.of("status", "ok")));
        server.createContext("/tides/", Main::tides);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
        System.out.println("tides listens on port " + port + " with " + heapMegabytes() + " MB of heap at most");
    }

    private static void tides(HttpExchange exchange) throws IOException {
        String[] parts = exchange.getRequestURI().getPath().split("/");
        try {
            if (parts.length != 4) throw new IllegalArgumentException("too short");
            Harbour harbour = Harbour.valueOf(parts[2].toUpperCase());
            answer(exchange, 200, Tide.of(harbour, LocalDate.parse(parts[3])));
        } catch (IllegalArgumentException | DateTimeException error) {
            answer(exchange, 400, Map.of("error", "expected a harbour and a date, like /tides/brest/2026-03-01"));
        }
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] json = GSON.toJson(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length);
        try (exchange) {
            exchange.getResponseBody().write(json);
        }
    }

    private static long heapMegabytes() {
        return Runtime.getRuntime().maxMemory() / 1024 / 1024;
    }
}
