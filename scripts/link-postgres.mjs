// Completes the installation of the embedded PostgreSQL while node_modules can still be written to (links, the right to run
// it): the image is built with it, as its file system is read-only later.
import { findBinaries } from '../dist/libs/store/embedded/binaries.js';

const { postgres } = await findBinaries();
process.stdout.write(`${postgres}\n`);
