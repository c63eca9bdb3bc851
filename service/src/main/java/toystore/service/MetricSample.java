package toystore.service;

/**
 * One number that a service tells of itself.
 *
 * @param name as Prometheus knows it; one that ends with {@code _total} only ever grows
 * @param help what it counts
 */
public record MetricSample(String name, String help, double value) {
    /** 1 for yes, 0 for no. */
    public MetricSample(String name, String help, boolean value) {
        this(name, help, value ? 1 : 0);
    }

    boolean grows() {
        return name.endsWith("_total");
    }
}
