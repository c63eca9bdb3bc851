package toystore.wire.program;

import picocli.CommandLine.Parameters;
import toystore.wire.net.Address;

/** The store that a program is for: its first positional parameter. A mixin of commands. */
public final class StoreParameter {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "host[:port]",
            converter = StoreAddress.class,
            defaultValue = "${env:TOYSTORE_STORE:-127.0.0.1:8080}",
            description = "The store's frontend (TOYSTORE_STORE; now ${DEFAULT-VALUE}; the port is 8080 if left out).")
    private Address address;

    /** Of the store's frontend. */
    public Address address() {
        return address;
    }
}
