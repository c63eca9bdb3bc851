package toystore.wire.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import toystore.common.Address;

/** A peer that sends and reads lines, like a person with netcat. */
final class ScriptedPeer implements AutoCloseable {
    final Socket socket;
    private final BufferedReader reader;

    ScriptedPeer(Address address) throws IOException {
        socket = new Socket(address.host(), address.port());
        reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    String readLine() throws IOException {
        return reader.readLine();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
