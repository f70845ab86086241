import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Java has a list of certificates of its own; an operator who adds a CA names it in variables that other clients read. */
final class Trust {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private Trust() {}

    static void addHostCertificates() throws Exception {
        if (System.getProperty("javax.net.ssl.trustStore") != null) return;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        int count = 0;
        for (Certificate known : javasOwn()) store.setCertificateEntry("java-" + count++, known);
        int before = count;
        for (String name : new String[] {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"}) {
            String file = System.getenv(name);
            if (file == null || file.isEmpty() || !Files.isReadable(Path.of(file))) continue;
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                for (Certificate added : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("host-" + count++, added);
                }
            }
        }
        if (count == before) return;
        Path file = Files.createTempFile("stagecraft-trust", ".p12");
        file.toFile().deleteOnExit();
        try (OutputStream stream = new FileOutputStream(file.toFile())) {
            store.store(stream, PASSWORD);
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
        System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
    }

    private static Certificate[] javasOwn() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) return x509.getAcceptedIssuers();
        }
        return new Certificate[0];
    }
}
