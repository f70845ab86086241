package herbarium;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Answers over HTTP with the server of the JDK. */
@Component
class Web implements InitializingBean, DisposableBean {
    private final Herbarium herbarium;
    private final HttpServer server;

    Web(Herbarium herbarium, @Value("${PORT:8080}") int port) throws IOException {
        this.herbarium = herbarium;
        server = HttpServer.create(new InetSocketAddress(port), 0);
    }

    @Override
    public void afterPropertiesSet() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, Map.of("status", "ok")));
        server.createContext("/plants", this::plants);
        server.start();
    }

    @Override
    public void destroy() {
        server.stop(1);
    }

    private void plants(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        if (query == null || !query.matches("q=\\w{1,40}")) {
            answer(exchange, 400, Map.of("error", "expected ?q= and one word"));
            return;
        }
        answer(exchange, 200, Map.of("plants", herbarium.search(query.substring("q=".length()))));
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] json = new Gson().toJson(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length);
        try (exchange) {
            exchange.getResponseBody().write(json);
        }
    }
}
