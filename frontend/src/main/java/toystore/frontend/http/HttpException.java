package toystore.frontend.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.frontend.http.Fields.Field;

/** Ends the handling of a request with an error response: a status, and a message for the person who reads it. */
public final class HttpException extends Exception {
    private final Status status;
    private final transient List<Field> fields = new ArrayList<>();
    private final transient Map<String, Object> details = new LinkedHashMap<>();

    public HttpException(Status status, String message) {
        super(message, null, false, false); // a response, not a fault: it needs no stack trace
        this.status = status;
    }

    /** Adds a field to the response. */
    public HttpException with(Field field) {
        fields.add(field);
        return this;
    }

    /** Adds a value for programs beside the message, in the JSON of the response. */
    public HttpException with(String name, Object detail) {
        details.put(name, detail);
        return this;
    }

    public Response response() {
        return Response.error(status, getMessage(), details, fields);
    }
}
