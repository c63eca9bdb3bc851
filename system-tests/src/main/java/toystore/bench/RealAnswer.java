package toystore.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.client.http.HttpRequest;
import toystore.common.Address;

/** What a frontend sends to a request, byte by byte, so that a ceiling can send the same. */
final class RealAnswer {
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: ([0-9]+)\r\n");
    private static final int LONGEST = 64 * 1024;
    private static final Duration READY = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private RealAnswer() {}

    /**
     * Asks until the status is as it should be: a store that has just been started is not ready yet.
     *
     * @throws IOException if it is not for twenty seconds
     */
    static byte[] to(HttpRequest request, int status, Address frontend) throws IOException {
        long start = System.nanoTime();
        while (true) {
            byte[] answer = ask(request, frontend);
            String text = new String(answer, ISO_8859_1);
            if (text.startsWith("HTTP/1.1 " + status + " ")) {
                return answer;
            }
            if (System.nanoTime() - start > READY.toNanos()) {
                throw new IOException("the store does not answer with status " + status + " but with "
                        + text.lines().findFirst().orElse("nothing"));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static byte[] ask(HttpRequest request, Address frontend) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(frontend.host()), frontend.port())) {
            socket.setSoTimeout((int) READY.toMillis());
            socket.getOutputStream().write(request.bytes());
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[LONGEST];
            int length = 0;
            while (length < wholeLength(answer, length)) {
                int read = in.read(answer, length, answer.length - length);
                if (read <= 0) {
                    throw new EOFException(frontend + " closed the connection within an answer");
                }
                length += read;
            }
            return Arrays.copyOf(answer, length);
        }
    }

    /** How long the answer is as a whole; endless as long as its head is not there. */
    private static int wholeLength(byte[] answer, int length) {
        String text = new String(answer, 0, length, ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        Matcher field = LENGTH.matcher(text);
        return head >= 0 && field.find() ? head + 4 + Integer.parseInt(field.group(1)) : Integer.MAX_VALUE;
    }
}
