package toystore.wire.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import toystore.common.Network;
import toystore.wire.net.QueueShares.Kind;

class QueueSharesTest {
    private static final InetAddress ONE = address("192.0.2.1");
    private static final InetAddress OTHER = address("192.0.2.2");
    private static final InetAddress EXEMPT = address("127.0.0.1");

    private final QueueShares shares = new QueueShares(2, InetAddress::isLoopbackAddress);

    @Test
    void anAddressHasItsShareAndGetsPlacesBack() {
        assertThat(shares.enter(ONE)).isEqualTo(Kind.COUNTED);
        assertThat(shares.enter(ONE)).isEqualTo(Kind.COUNTED);
        assertThat(shares.enter(ONE)).isEqualTo(Kind.REFUSED);
        assertThat(shares.enter(ONE)).isEqualTo(Kind.REFUSED);
        assertThat(shares.enter(OTHER)).isEqualTo(Kind.COUNTED);
        assertThat(shares.refused()).isEqualTo(2);

        shares.leave(ONE);
        assertThat(shares.enter(ONE)).isEqualTo(Kind.COUNTED);
        assertThat(shares.enter(ONE)).isEqualTo(Kind.REFUSED);
    }

    @Test
    void countsNoExemptAddress() {
        for (int i = 0; i < 10; i++) {
            assertThat(shares.enter(EXEMPT)).isEqualTo(Kind.NOT_COUNTED);
        }

        assertThat(shares.addresses()).isZero();
    }

    @Test
    void aNetworkOf64BitsIsOneAddress() {
        assertThat(shares.enter(address("2001:db8::1"))).isEqualTo(Kind.COUNTED);
        assertThat(shares.enter(address("2001:db8::2"))).isEqualTo(Kind.COUNTED);
        assertThat(shares.enter(address("2001:db8::3"))).isEqualTo(Kind.REFUSED);
        assertThat(shares.enter(address("2001:db8:0:1::3"))).isEqualTo(Kind.COUNTED);
    }

    @Test
    void forgetsAddressesThatDoNotWait() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(this::comeAndGo);
            }
            int counted = 0;
            for (Future<Integer> client : threads.invokeAll(clients)) {
                counted += client.get();
            }
            assertThat(counted).isPositive();
        } finally {
            threads.shutdown();
        }

        assertThat(shares.addresses()).isZero();
        assertThat(shares.enter(ONE)).isEqualTo(Kind.COUNTED);
    }

    private int comeAndGo() {
        int counted = 0;
        for (int i = 0; i < 10_000; i++) {
            if (shares.enter(ONE) == Kind.COUNTED) {
                counted++;
                shares.leave(ONE);
            }
        }
        return counted;
    }

    private static InetAddress address(String text) {
        return Network.address(text).orElseThrow();
    }
}
