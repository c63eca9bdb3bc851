package toystore.wire.message;

import java.util.concurrent.CompletableFuture;

/**
 * A reply that may not be known yet. It is sent by whichever thread finds out, which saves waking the one that asked; the
 * next request on that connection is handled after it.
 *
 * @param outcome a reply, or a {@link RefusedException}; anything else counts as a fault
 */
public record DeferredReply(CompletableFuture<? extends Reply> outcome) implements Reply {}
