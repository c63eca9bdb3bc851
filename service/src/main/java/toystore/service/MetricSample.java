package toystore.service;

/**
 * The value of one metric.
 *
 * @param name in Prometheus; a name that ends with {@code _total} is that of a counter
 * @param help description of the metric
 */
public record MetricSample(String name, String help, double value) {
    /** 1 for yes, 0 for no. */
    public MetricSample(String name, String help, boolean value) {
        this(name, help, value ? 1 : 0);
    }

    boolean isCounter() {
        return name.endsWith("_total");
    }
}
