package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 9112 §11: request smuggling, response splitting, and other attacks on a web server. Each attack carries a second
 * request, which must get no response where a proxy would not expect one.
 */
@OverEveryTransport
class HostileRequestsTest {
    @RegisterExtension
    static final EchoServer SERVER = new EchoServer();

    static Stream<HostileRequest> requests() throws IOException {
        return HostileRequest.all();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void refusesARequestOrFramesItCorrectly(HostileRequest request) throws Exception {
        if (request.closes()) {
            SERVER.closesWith(Integer.parseInt(request.responses().get(0)), request.bytes());
            return;
        }
        for (Delivery delivery : Delivery.wholeAndByteByByte(SERVER.transport())) {
            assertThat(SERVER.responsesTo(request.bytes(), delivery))
                    .extracting(RawResponse::summary)
                    .isEqualTo(request.responses());
        }
    }

    @Test
    void everyHostileRequestCarriesASmuggledRequest() throws Exception {
        List<HostileRequest> requests = HostileRequest.all().toList();

        assertThat(requests)
                .hasSizeGreaterThan(180)
                .extracting(HostileRequest::name)
                .doesNotHaveDuplicates();
        assertThat(requests).allMatch(request -> request.bytes().contains(EchoServer.SMUGGLED));
        assertThat(requests)
                .allMatch(request -> !request.closes() || request.responses().size() == 1);
    }
}
