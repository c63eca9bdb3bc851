package toystore.loadtest;

import picocli.CommandLine.Parameters;
import toystore.wire.net.Address;
import toystore.wire.program.StoreAddress;

/** The first positional parameter. */
final class StoreParameter {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "host[:port]",
            converter = StoreAddress.class,
            defaultValue = "${env:TOYSTORE_STORE:-127.0.0.1:8080}",
            description = "The store's frontend (TOYSTORE_STORE; now ${DEFAULT-VALUE}; the port is 8080 if left out).")
    private Address address;

    Address address() {
        return address;
    }
}
