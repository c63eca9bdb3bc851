package toystore.client.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import toystore.wire.net.Address;

/**
 * A client's connection to an HTTP/1.1 server: plain socket, one request at a time, kept open. It is opened when it is
 * first needed, and again when the server has closed it. For one thread.
 */
public final class HttpConnection implements Closeable {
    /** Shorter than servers leave a connection open that is not used. */
    private static final Duration TRUSTED_REST = Duration.ofMillis(5);

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_BODY = 1024 * 1024;

    private final Address server;
    private final Patience patience;
    private final Duration trustedRest;
    private Socket socket;
    private InputStream in;
    private long restingSince;

    /**
     * What a server answered.
     *
     * @param status the status code
     */
    public record Answer(int status, byte[] body) {}

    /**
     * How long to wait before giving up.
     *
     * @param connect for a connection
     * @param read for each piece of an answer
     */
    public record Patience(Duration connect, Duration read) {
        public static final Patience USUAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    public HttpConnection(Address server) {
        this(server, Patience.USUAL);
    }

    public HttpConnection(Address server, Patience patience) {
        this(server, patience, TRUSTED_REST);
    }

    HttpConnection(Address server, Patience patience, Duration trustedRest) {
        this.server = server;
        this.patience = patience;
        this.trustedRest = trustedRest;
    }

    /** Connects, unless it is connected and the server has not closed that connection meanwhile. */
    public void open() throws IOException {
        if (socket != null && isUsable()) {
            return;
        }
        close();
        Socket opening = new Socket();
        try {
            opening.setTcpNoDelay(true);
            opening.setSoTimeout((int) patience.read().toMillis());
            opening.connect(server.resolve(), (int) patience.connect().toMillis());
            in = new BufferedInputStream(opening.getInputStream());
            socket = opening;
            restingSince = System.nanoTime();
        } catch (UnknownHostException e) {
            throw new IOException(server + " cannot be reached: the host is unknown", e);
        } catch (ConnectException e) {
            throw new IOException(server + " cannot be reached: the connection is refused", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    server + " cannot be reached: no connection in "
                            + patience.connect().toMillis() + " ms",
                    e);
        } finally {
            if (socket == null) {
                opening.close();
            }
        }
    }

    /** {@code GET}. It is sent again, once, if the server has closed the connection since the last answer. */
    public Answer get(String target) throws IOException {
        byte[] request = head("GET", target, "").getBytes(ISO_8859_1);
        boolean reused = socket != null;
        try {
            return exchange(request);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!reused) {
                throw e;
            }
            return exchange(request);
        }
    }

    /** {@code POST} of JSON. It is sent at most once. */
    public Answer post(String target, String json) throws IOException {
        return send("POST", target, Map.of(), json);
    }

    /**
     * A request with JSON and more fields than it needs. It is sent at most once.
     *
     * @param fields values by name
     */
    public Answer send(String method, String target, Map<String, String> fields, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        StringBuilder lines = new StringBuilder();
        fields.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        lines.append("Content-Type: application/json\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head(method, target, lines.toString()).getBytes(ISO_8859_1));
        request.writeBytes(body);
        return exchange(request.toByteArray());
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /**
     * Whether the server still listens, as far as one can know: it may close the connection while a request is on its
     * way. The look costs a millisecond, so it is taken only after a rest.
     */
    private boolean isUsable() throws IOException {
        if (System.nanoTime() - restingSince < trustedRest.toNanos()) {
            return true;
        }
        try {
            socket.setSoTimeout(1);
            in.read();
            return false; // closed, or a byte that nobody asked for
        } catch (SocketTimeoutException silent) {
            socket.setSoTimeout((int) patience.read().toMillis());
            restingSince = System.nanoTime();
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private String head(String method, String target, String fields) {
        return method + " " + target + " HTTP/1.1\r\nHost: " + server + "\r\n" + fields + "\r\n";
    }

    private Answer exchange(byte[] request) throws IOException {
        open();
        boolean answered = false;
        try {
            socket.getOutputStream().write(request);
            Answer answer = readAnswer();
            restingSince = System.nanoTime();
            answered = true;
            return answer;
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(
                    server + " gave no answer in " + patience.read().toMillis() + " ms");
        } finally {
            if (!answered) {
                close();
            }
        }
    }

    private Answer readAnswer() throws IOException {
        int status = status(line());
        int length = -1;
        boolean closes = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = Math.max(0, line.indexOf(':'));
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (name.equalsIgnoreCase("Content-Length")) {
                length = number(value);
            } else if (name.equalsIgnoreCase("Connection")) {
                closes = value.equalsIgnoreCase("close");
            }
        }
        if (length < 0 || length > MAX_BODY) {
            throw new IOException(
                    server + " sent an answer whose Content-Length is missing, wrong or more than " + MAX_BODY);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException(server + " closed the connection within an answer");
        }
        if (closes) {
            close();
        }
        return new Answer(status, body);
    }

    private int status(String line) throws IOException {
        int status = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' '
                ? number(line.substring(9, 12))
                : -1;
        if (status < 100) {
            throw new IOException(server + " does not answer in HTTP/1.1");
        }
        return status;
    }

    /** The number that the digits stand for; -1 if it is none, or a very long one. */
    private static int number(String digits) {
        boolean valid =
                !digits.isEmpty() && digits.length() < 10 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Integer.parseInt(digits) : -1;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException(server + " closed the connection before an answer");
            }
            if (line.size() == MAX_LINE) {
                throw new IOException(server + " sent a line of more than " + MAX_LINE + " bytes");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }
}
