package toystore.frontend.http;

/**
 * What comes before a request's content: enough to say where the request ends.
 *
 * @param awaitsContinue whether the peer waits for {@code 100 Continue} before it sends the content (RFC 9110 §10.1.1)
 */
record Head(RequestLine line, Target target, Fields fields, Framing framing, boolean awaitsContinue) {}
