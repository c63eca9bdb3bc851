package toystore.common.json;

import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;

/** Where JSON is read and written on the way of a request: with buffers that each thread keeps. */
public final class JsonBuffers {
    private JsonBuffers() {}

    /**
     * A factory to set up further. The one that Jackson takes by itself has all threads share one queue of buffers, which
     * then travel from processor to processor.
     */
    public static JsonFactoryBuilder factory() {
        return JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool());
    }
}
