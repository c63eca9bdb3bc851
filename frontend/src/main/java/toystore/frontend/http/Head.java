package toystore.frontend.http;

/** What comes before a request's content: enough to say where the request ends. */
record Head(RequestLine line, Target target, Fields fields, Controls controls) {}
