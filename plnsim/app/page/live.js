import { begin } from "./page.js";
import { served } from "./source.js";

begin(served());
