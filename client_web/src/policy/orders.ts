/** What reads like an order to the bank: the server's rules, read as the server reads them. */
import source from "./orders.gen.json";
import { finder } from "./rules";

/** What a text seems to order; nothing: empty. */
export const orders = finder(source);
