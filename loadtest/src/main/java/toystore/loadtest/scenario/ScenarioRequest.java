package toystore.loadtest.scenario;

import toystore.client.http.HttpRequest;
import toystore.loadtest.result.Kind;

/**
 * A request that a client is to send.
 *
 * @param product that it is about, by number; 0 if there is none
 */
public record ScenarioRequest(Kind kind, HttpRequest http, int product) {}
