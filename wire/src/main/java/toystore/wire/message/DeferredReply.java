package toystore.wire.message;

import java.util.concurrent.CompletableFuture;

/**
 * A reply that may not be known yet.
 *
 * <p>The thread that completes it sends it, so that no other thread has to be woken. The next request on the
 * connection is handled meanwhile; its reply is sent after this one.
 *
 * @param outcome a reply, or a {@link RefusedException}; any other exception is a fault
 */
public record DeferredReply(CompletableFuture<? extends Reply> outcome) implements Reply {}
