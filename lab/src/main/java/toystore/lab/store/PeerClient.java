package toystore.lab.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import toystore.common.Address;
import toystore.lab.store.LabStore.Service;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/** Reads from a service by messages. If services must prove their roles, it is a frontend. Thread-safe. */
public final class PeerClient implements Closeable {
    private final PeerTransport transport;
    private final MessageClient client;

    /**
     * A service that can be asked.
     *
     * @param certificates folder of those with which services prove their roles; empty if they do not
     */
    public record Peer(Service service, Address address, Optional<Path> certificates) {}

    /** A client with the usual timeouts, which connects with its first call. */
    public PeerClient(Peer peer) throws IOException {
        this(peer, MessageClient.Options.CONNECT_TIMEOUT, MessageClient.Options.REPLY_TIMEOUT);
    }

    /**
     * The same, with other timeouts.
     *
     * @throws IOException if the certificates cannot be used
     */
    public PeerClient(Peer peer, Duration connectTimeout, Duration replyTimeout) throws IOException {
        transport = PeerTransport.open(peer.certificates(), Role.FRONTEND);
        client = new MessageClient(new MessageClient.Options(
                peer.service().toString(), peer.address(), 1, connectTimeout, replyTimeout, transport));
    }

    /**
     * Sends a request once.
     *
     * @throws IOException if there is no reply, or if the service refuses the request
     */
    public <R extends Reply> R call(ServiceRequest<R> request) throws IOException {
        try {
            return client.call(request);
        } catch (UnavailableException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        transport.close();
    }
}
