package toystore.wire.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import toystore.common.Address;
import toystore.common.ConnectionReaper;

/** A peer that sends and reads lines, like a person with netcat. */
final class ScriptedPeer implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);
    private static final ConnectionReaper REAPER = new ConnectionReaper("scripted-peers", LONG); // is never started

    final Socket socket;
    private final PeerStreams streams;
    private final BufferedReader reader;

    ScriptedPeer(Address address) throws IOException {
        this(address, PeerTransport.PLAIN);
    }

    /** A peer of a catalog. */
    ScriptedPeer(Address address, PeerTransport transport) throws IOException {
        SocketChannel channel = SocketChannel.open(address.resolve());
        socket = channel.socket();
        try (ConnectionReaper.Deadline handshake = REAPER.watch(channel, LONG)) {
            streams = transport.connect(
                    channel, new MessageClient.Options("catalog", address, 1, LONG, LONG, transport), handshake);
        }
        reader = new BufferedReader(new InputStreamReader(streams.in(), UTF_8));
    }

    void send(String text) throws IOException {
        send(text.getBytes(UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        streams.out().write(bytes);
    }

    String readLine() throws IOException {
        return reader.readLine();
    }

    byte[] readAllBytes() throws IOException {
        return streams.in().readAllBytes();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
