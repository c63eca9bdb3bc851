package toystore.bench;

/** Who takes processor time: the load generator, and what each process of a store, or of a ceiling, stands for. */
enum Part {
    GENERATOR,
    FRONTEND,
    ORDERS,
    CATALOG
}
