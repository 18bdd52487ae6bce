import { begin } from "./page.js";
import { serverSource } from "./source.js";

begin(serverSource());
