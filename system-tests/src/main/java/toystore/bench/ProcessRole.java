package toystore.bench;

/** Who takes processor time: the load generator, and what each process of a store, or of a ceiling, stands for. */
enum ProcessRole {
    GENERATOR,
    FRONTEND,
    ORDERS,
    CATALOG,
    /** Programs that have nothing to do with the bench: the busier they are, the less its figures are worth. */
    OTHERS
}
