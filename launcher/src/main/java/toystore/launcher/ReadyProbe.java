package toystore.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks a frontend over TLS whether the store is ready, where bash can ask it without TLS only.
 *
 * <p>{@code java -cp launcher.jar toystore.launcher.ReadyProbe HOST PORT} prints the response to {@code GET /ready}, or
 * nothing if there is none in 15 s. It accepts any certificate: the question and the response are public, and the
 * launcher has started the process that it asks.
 */
public final class ReadyProbe {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private ReadyProbe() {}

    public static void main(String[] args) throws Exception {
        CompletableFuture<byte[]> response =
                CompletableFuture.supplyAsync(() -> ask(args[0], Integer.parseInt(args[1])));
        System.out.write(response.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        System.out.flush();
        System.exit(0); // also while the other side keeps the connection open
    }

    private static byte[] ask(String host, int port) {
        try (Socket raw = new Socket()) {
            raw.connect(new InetSocketAddress(host, port));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true)) {
                socket.getOutputStream().write("GET /ready HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
                return socket.getInputStream().readAllBytes();
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no response from " + host + " port " + port + ": " + e, e);
        }
    }

    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
