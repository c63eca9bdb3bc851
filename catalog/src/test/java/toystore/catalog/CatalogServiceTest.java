package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Sale;
import toystore.wire.net.Address;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

@Timeout(60)
class CatalogServiceTest {
    private static final String TWO_TOYS = """
            {"products":[
              {"name":"Tux","price":15.99,"quantity":100},
              {"name":"Fox","price":12.50,"quantity":3}
            ]}
            """;

    @TempDir
    Path data;

    private CatalogService service;
    private MessageClient client;

    @AfterEach
    void stop() throws IOException {
        if (service != null) {
            client.close();
            service.close();
        }
    }

    @Test
    void answersAQueryByTheExactName() throws Exception {
        start(TWO_TOYS);

        assertThat(call(new CatalogRequest.Get("Tux"))).isEqualTo(new Product("Tux", new BigDecimal("15.99"), 100, 1));
        assertThat(refusalOf(new CatalogRequest.Get("tux"))).isEqualTo(Refusal.unknownProduct());
    }

    @Test
    void listsAllProductsInTheOrderOfTheirNamesPageByPage() throws Exception {
        start(null);
        List<String> names = new ArrayList<>();

        String after = null;
        do {
            ProductPage page = call(new CatalogRequest.List(after, 7));
            assertThat(page.products()).hasSizeBetween(1, 7);
            page.products().forEach(product -> names.add(product.name()));
            after = page.next();
        } while (after != null);

        assertThat(names).hasSize(50).isSorted().doesNotHaveDuplicates().contains("Tux", "Fox");
    }

    @Test
    void hasNoNextPageWhenTheLastOneIsExactlyFull() throws Exception {
        start(TWO_TOYS);

        assertThat(call(new CatalogRequest.List(null, 2)).next()).isNull();
        assertThat(call(new CatalogRequest.List(null, 1)).next()).isEqualTo("Fox");
        assertThat(call(new CatalogRequest.List("Tux", 1))).isEqualTo(new ProductPage(List.of(), null));
    }

    @Test
    void endsAPageEarlyRatherThanOverfillAMessage() throws Exception {
        start(IntStream.range(0, 400)
                .mapToObj(i -> "{\"name\":\"" + String.format("%03d", i) + "🧸".repeat(98) + "\\\"".repeat(99)
                        + "\",\"price\":1000000000,\"quantity\":1000000000}")
                .collect(Collectors.joining(",", "{\"products\":[", "]}")));

        ProductPage page = call(new CatalogRequest.List(null, 1000));

        assertThat(page.products()).hasSizeBetween(50, 399);
        assertThat(page.next())
                .isEqualTo(page.products().get(page.products().size() - 1).name());
    }

    @Test
    void sellsUnitsAndSaysWhatIsLeft() throws Exception {
        start(TWO_TOYS);

        assertThat(call(new CatalogRequest.Post("Tux", 5))).isEqualTo(new Sale(new BigDecimal("15.99"), 95, 2));
        assertThat(call(new CatalogRequest.Get("Tux")).quantity()).isEqualTo(95);
    }

    @Test
    void sellsAllUnitsOfAnOrderOrNone() throws Exception {
        start(TWO_TOYS);

        assertThat(refusalOf(new CatalogRequest.Post("Fox", 4))).isEqualTo(Refusal.outOfStock(4, 3));
        assertThat(refusalOf(new CatalogRequest.Post("Nux", 1))).isEqualTo(Refusal.unknownProduct());
        assertThat(call(new CatalogRequest.Post("Fox", 3)).quantity()).isZero();
        assertThat(refusalOf(new CatalogRequest.Post("Fox", 1))).isEqualTo(Refusal.outOfStock(1, 0));
    }

    @Test
    void neverSellsMoreThanThereIs() throws Exception {
        start(TWO_TOYS);
        AtomicInteger sold = new AtomicInteger();

        List<Thread> buyers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            buyers.add(new Thread(() -> {
                for (int n = 0; n < 15; n++) {
                    try {
                        call(new CatalogRequest.Post("Tux", 1));
                        sold.incrementAndGet();
                    } catch (RefusedException soldOut) {
                        assertThat(soldOut.refusal()).isEqualTo(Refusal.outOfStock(1, 0));
                    } catch (UnavailableException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        buyers.forEach(Thread::start);
        for (Thread buyer : buyers) {
            buyer.join();
        }

        assertThat(sold).hasValue(100);
        assertThat(call(new CatalogRequest.Get("Tux")).quantity()).isZero();
    }

    @Test
    void hasASaleInItsFileBeforeItAnswers() throws Exception {
        start(TWO_TOYS);

        for (int left = 99; left > 80; left--) {
            call(new CatalogRequest.Post("Tux", 1));
            assertThat(data.resolve("catalog.json"))
                    .content()
                    .contains("{\"name\":\"Tux\",\"price\":15.99,\"quantity\":" + left + "}");
        }
    }

    @Test
    void findsItsStockAgainAfterARestart() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Post("Tux", 30));
        stop();

        start(null);

        assertThat(call(new CatalogRequest.Get("Tux"))).isEqualTo(new Product("Tux", new BigDecimal("15.99"), 70, 1));
        assertThat(call(new CatalogRequest.Get("Fox")).price()).isEqualTo(new BigDecimal("12.50"));
    }

    @Test
    void refusesSalesThatItCannotStoreAndGoesOnWhenItCan() throws Exception {
        start(TWO_TOYS);
        Path obstacle = Files.createDirectories(data.resolve("catalog.json.tmp/in-the-way"));

        assertThat(refusalOf(new CatalogRequest.Post("Tux", 1)).code()).isEqualTo(Refusal.NOT_READY);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());

        call(new CatalogRequest.Post("Fox", 1));
        assertThat(data.resolve("catalog.json")).content().contains("\"Fox\",\"price\":12.50,\"quantity\":2}");
    }

    @Test
    void countsProductsUnitsAndRequests() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Post("Tux", 5));

        CatalogStats stats = call(new CatalogRequest.Stats());

        assertThat(stats.products()).isEqualTo(2);
        assertThat(stats.units()).isEqualTo(98);
        assertThat(stats.traffic().served()).isEqualTo(1);
    }

    @Test
    void startsFromTheToysBesideItsFileIfThereAreSome() throws Exception {
        Files.writeString(data.resolve("toys.json"), TWO_TOYS);
        start(null);

        assertThat(call(new CatalogRequest.List(null, 100)).products()).hasSize(2);
        assertThat(data.resolve("catalog.json")).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|line 1, column 0: expected a JSON object",
                "{'products':[{'name':'Tux','price':1,'quantity':1},{'name':'Fox',|line 1, column 66",
                "[]|line 1, column 1: expected a JSON object",
                "null|: expected an object with a list \"products\"",
                "{}|: expected an object with a list \"products\"",
                "{'toys':[]}| toys: unknown field; expected one of [products]",
                "{'products':[null]}|products[0]: expected a product but found null",
                "{'products':[{'name':'Tux','price':1,'quantity':1,'color':1}]}|products[0].color: unknown field; expected one of [name, price, quantity]",
                "{'products':[{'name':'Tux','price':1,'quantity':1},{'name':'Tux','price':2,'quantity':1}]}|products[1]: a second product has the name \"Tux\"",
                "{'products':[{'name':'Tux','price':-1,'quantity':1}]}|products[0]: price is -1; expected 0 to 1000000000",
                "{'products':[{'name':'Tux','price':'1','quantity':1}]}|products[0].price: expected a number",
                "{'products':[{'name':'Tux','quantity':1}]}|products[0]: price is missing",
                "{'products':[{'name':'Tux','price':1,'quantity':-1}]}|products[0]: quantity is -1; expected a whole number from 0",
                "{'products':[{'name':'Tux','price':1,'quantity':1.5}]}|products[0].quantity: expected a whole number",
                "{'products':[{'name':'Tux','price':1}]}|products[0]: quantity is missing",
                "{'products':[{'name':'','price':1,'quantity':1}]}|products[0]: name has 0 characters",
                "{'products':[{'name':'a','name':'b','price':1,'quantity':1}]}|products[0]: not JSON: Duplicate Object property \"name\"",
            })
    void refusesToStartWithABadFileAndNamesThePlace(String json, String complaint) throws Exception {
        Path file = Files.writeString(data.resolve("catalog.json"), json.replace('\'', '"'));

        assertThatThrownBy(() -> start(null))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(complaint);
        assertThat(file).hasContent(json.replace('\'', '"'));
    }

    @Test
    void refusesAFolderThatAnotherCatalogUses() throws Exception {
        start(TWO_TOYS);

        assertThatThrownBy(() -> CatalogService.start(new CatalogConfig(new Address("127.0.0.1", 0), data)))
                .hasMessageContaining("is in use by another catalog process");
    }

    private void start(String catalog) throws IOException {
        if (catalog != null) {
            Files.writeString(data.resolve("catalog.json"), catalog);
        }
        service = CatalogService.start(new CatalogConfig(new Address("127.0.0.1", 0), data));
        client = new MessageClient(new MessageClient.Options("catalog", service.address(), 20));
    }

    private <R extends Reply> R call(CatalogRequest<R> request) throws RefusedException, UnavailableException {
        return client.call(request);
    }

    private Refusal refusalOf(CatalogRequest<?> request) {
        return catchThrowableOfType(RefusedException.class, () -> client.call(request))
                .refusal();
    }
}
