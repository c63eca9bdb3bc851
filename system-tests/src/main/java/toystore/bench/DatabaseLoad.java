package toystore.bench;

/** A load that a cell on a database and the reference store get in turns: orders for one unit of any of some toys. */
enum DatabaseLoad {
    TEN_TOYS_10(10, 10, 2),
    TEN_TOYS_64(10, 64, 5),
    ONE_TOY_64(1, 64, 8);

    private final int toys;
    private final int connections;
    private final double target;

    DatabaseLoad(int toys, int connections, double target) {
        this.toys = toys;
        this.connections = connections;
        this.target = target;
    }

    /** The number of toys that are ordered. */
    int toys() {
        return toys;
    }

    int connections() {
        return connections;
    }

    /** How many times the orders of the reference store the cell is to place, at least. */
    double target() {
        return target;
    }

    String label() {
        return (toys == 1 ? "one toy" : toys + " toys") + ", " + connections + " connections";
    }
}
