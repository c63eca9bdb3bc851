package toystore.loadtest;

import java.time.Duration;
import toystore.client.Latencies;

/** What was measured with a number of clients. */
record StepResult(Load load, int clients, Latencies latencies, Duration took) {}
