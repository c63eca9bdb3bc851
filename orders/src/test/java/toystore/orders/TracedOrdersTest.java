package toystore.orders;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import toystore.common.log.Trace;
import toystore.wire.message.CommittedOrder;

class TracedOrdersTest {
    private final Logger messages = (Logger) LoggerFactory.getLogger("messages");
    private final List<String> lines = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(Trace.current() + " " + event.getFormattedMessage());
        }
    };

    private final TracedOrders traced = new TracedOrders();

    @BeforeEach
    void record() {
        appender.start();
        messages.addAppender(appender);
    }

    @AfterEach
    void stop() {
        messages.detachAppender(appender);
    }

    @Test
    void logsAppliedOrdersOnceUnderTheirTrace() {
        traced.add("r-1", "ann");
        traced.add("r-3", "ben");

        traced.logApplied(List.of(order(1), order(2)), 412_000);
        traced.logApplied(List.of(order(1)), 412_000);

        assertThat(lines).containsExactly("ann apply 1 in 0.412 ms");
        assertThat(traced.isEmpty()).isFalse();
        traced.remove("r-3");
        assertThat(traced.isEmpty()).isTrue();
    }

    @Test
    void takesNoMoreThanItHasRoomFor() {
        for (int i = 1; i <= 10_001; i++) {
            traced.add("r-" + i, "t-" + i);
        }

        traced.logApplied(List.of(order(10_001), order(10_000)), 1_000);
        traced.add("r-10002", "t-10002");
        traced.logApplied(List.of(order(10_002)), 1_000);

        assertThat(lines).containsExactly("t-10000 apply 1 in 0.001 ms", "t-10002 apply 1 in 0.001 ms");
    }

    private static CommittedOrder order(int number) {
        return new CommittedOrder(number, "Tux", 1, "r-" + number, "digest");
    }
}
