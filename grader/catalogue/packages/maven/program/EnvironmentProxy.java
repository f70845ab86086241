import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.settings.Proxy;

/** Maven knows proxies from its settings only; here also from the variables that every other client reads. */
final class EnvironmentProxy {
    private EnvironmentProxy() {}

    static List<Proxy> all() {
        List<Proxy> proxies = new ArrayList<>();
        for (String protocol : new String[] {"https", "http"}) {
            String address = System.getenv(protocol + "_proxy");
            if (address == null || address.isEmpty()) address = System.getenv("all_proxy");
            if (address == null || address.isEmpty()) continue;
            URI uri = URI.create(address.contains("://") ? address : "http://" + address);
            if (uri.getHost() == null) continue;
            proxies.add(proxy(protocol, uri));
        }
        return proxies;
    }

    private static Proxy proxy(String protocol, URI uri) {
        Proxy proxy = new Proxy();
        proxy.setId("environment-" + protocol);
        proxy.setActive(true);
        proxy.setProtocol(protocol);
        proxy.setHost(uri.getHost());
        proxy.setPort(uri.getPort() > 0 ? uri.getPort() : 80);
        if (uri.getRawUserInfo() != null) {
            String[] parts = uri.getRawUserInfo().split(":", 2);
            proxy.setUsername(decode(parts[0]));
            if (parts.length > 1) proxy.setPassword(decode(parts[1]));
        }
        proxy.setNonProxyHosts(nonProxyHosts(System.getenv("no_proxy")));
        return proxy;
    }

    /** `a.test,.b.test` means a.test, b.test and everything below them. */
    static String nonProxyHosts(String noProxy) {
        if (noProxy == null || noProxy.isBlank()) return "";
        List<String> hosts = new ArrayList<>();
        for (String entry : noProxy.split("[,\\s]+")) {
            String host = entry.replaceFirst(":\\d+$", "").replaceFirst("^\\*?\\.", "");
            if (host.isEmpty()) continue;
            hosts.add(host);
            if (!host.equals("*")) hosts.add("*." + host);
        }
        return String.join("|", hosts);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
