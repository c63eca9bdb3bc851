package toystore.frontend.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request that is answered with an error: a status, and a message for the person at the other end. */
public final class HttpException extends Exception {
    private final Status status;
    private final transient List<Field> fields = new ArrayList<>();
    private final transient Map<String, Object> details = new LinkedHashMap<>();

    public HttpException(Status status, String message) {
        super(message, null, false, false); // an answer, not a fault: no stack trace is wanted
        this.status = status;
    }

    /** Adds a field to the response. */
    public HttpException with(Field field) {
        fields.add(field);
        return this;
    }

    /** Adds something that a program can read, beside the message. */
    public HttpException with(String name, Object detail) {
        details.put(name, detail);
        return this;
    }

    Response response() {
        return Response.error(status, getMessage(), details, fields);
    }
}
