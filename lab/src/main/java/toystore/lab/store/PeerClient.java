package toystore.lab.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import toystore.common.Address;
import toystore.lab.store.LabStore.Service;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/** Reads from a service by messages. Thread-safe. */
public final class PeerClient implements Closeable {
    private final MessageClient client;

    /**
     * A service that can be asked.
     *
     * @param transport of a frontend, if services must prove their roles; its owner closes it
     */
    public record Peer(Service service, Address address, PeerTransport transport) {}

    /** A client with the usual timeouts, which connects with its first call. */
    public PeerClient(Peer peer) {
        this(peer, MessageClient.Options.CONNECT_TIMEOUT, MessageClient.Options.REPLY_TIMEOUT);
    }

    /** The same, with other timeouts. */
    public PeerClient(Peer peer, Duration connectTimeout, Duration replyTimeout) {
        client = new MessageClient(new MessageClient.Options(
                peer.service().toString(), peer.address(), 1, connectTimeout, replyTimeout, peer.transport()));
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
    }
}
