import { ManualClock } from '../manual-clock.ts';
import { Client } from './client.ts';
import { Connection } from './connection.ts';
import { Instance } from './instance.ts';
import { law } from './law.ts';
import type { Mix, Step } from './mix.ts';
import { ModelStore } from './model-store.ts';
import type { Random } from './random.ts';
import { randomUpdates } from './random-updates.ts';

/** As the model's documents are built with; see `load-model.ts`. */
const LOG_LIMIT = 3;
const PACES = [0, 0, 1, 10, 60];

/** A store, instances, clients and everything between them; each step does one thing that can happen. */
export class World {
  readonly clock = new ManualClock();
  readonly store: ModelStore;
  readonly clients: Client[];
  readonly #random: Random;
  readonly #mix: Mix;
  readonly #note: (done: string) => void;
  readonly #instances: Instance[];
  #isCalm = false;
  #published = 0;

  /** @param note hears of all that is done */
  constructor(random: Random, mix: Mix, note: (done: string) => void) {
    this.#random = random;
    this.#mix = mix;
    this.#note = note;
    this.store = new ModelStore(this.clock, random, LOG_LIMIT);
    this.store.append(mix.topics.map((topic) => ({ topic, time: 1, fields: { a: 0 }, log: [0] })));
    this.#instances = Array.from({ length: mix.instances }, () => new Instance(this.store, this.clock));
    this.clients = Array.from(
      { length: mix.clients },
      (_, index) => new Client(`client ${index}`, this.store.histories),
    );
  }

  get nowMs(): number {
    return this.clock.monotonicMs();
  }

  take(step: Step): void {
    const done = this.#steps[step]();
    this.#note(`${this.nowMs} ${step} ${done ?? ''}`);
    for (const client of this.clients) if (client.pump(this.nowMs)) this.#drop(client);
  }

  /** Nothing goes wrong any more: everything is delivered, everybody is connected, and time goes on. */
  calm(): void {
    this.#isCalm = true;
    this.store.isAway = false;
    for (const instance of this.#instances) instance.isCutOff = false;
    for (const client of this.clients) {
      const { connection } = client;
      if (connection === undefined) continue;
      connection.isStalled = false;
      connection.isRefusing = false;
      if (connection.askedPace === 0) connection.ask(20);
    }
  }

  /** A calm moment of `ms`. */
  goOn(ms: number, isSecond: boolean): void {
    for (const client of this.clients) {
      if (client.connection === undefined) this.#connect(client);
      const connection = client.connection as Connection;
      while (connection.up.length > 0) {
        this.#note(`${client.name} ${JSON.stringify(connection.up[0])}`);
        connection.serve(this.clock.wallMs());
      }
      this.#deliverAll(client, connection);
      if (client.pump(this.nowMs)) this.#drop(client);
    }
    for (const instance of this.#instances) {
      if (isSecond) {
        instance.receive(this.store.head());
        instance.beat();
      }
      instance.goOnFlushing(Infinity);
      instance.beginFlush();
      instance.goOnFlushing(Infinity);
    }
    this.clock.advance(ms);
  }

  /** Not within what is tested: it would take a broken law for a failure of its own. */
  checkInstances(): void {
    for (const instance of this.#instances) instance.check();
  }

  checkArrived(): void {
    const { history } = this.store;
    for (const { hub } of this.#instances) {
      law(hub.epoch === history.epoch && hub.seq === history.seq, () => `an instance ends at ${hub.epoch} ${hub.seq}`);
    }
    for (const client of this.clients) {
      client.checkArrived(history);
      const mayMeetGaps = this.#mix.brokenTransport || client.mayMeetGaps;
      law(mayMeetGaps || client.counts.gaps === 0, () => `${client.name} met a gap`);
    }
  }

  /** Frames sent on the connections there are. */
  get framesSent(): number {
    return this.clients.reduce((sum, { connection }) => sum + (connection?.framesSent ?? 0), 0);
  }

  /** Requests sent so far. */
  get asked(): number {
    return this.clients.reduce((sum, { asked }) => sum + asked, 0);
  }

  readonly #steps: Readonly<Record<Step, () => string | undefined | void>> = {
    publish: () => this.#publish(),
    deliverDown: () => this.#deliverDown(),
    deliverUp: () => {
      const client = this.#pickClient((connection) => connection.up.length > 0);
      const message = client?.connection?.up[0];
      client?.connection?.serve(this.clock.wallMs());
      return `${client?.name} ${JSON.stringify(message)}`;
    },
    beginFlush: () => this.#random.pick(this.#instances).beginFlush(),
    goOnFlushing: () => {
      const flushing = this.#instances.filter(({ isFlushing }) => isFlushing);
      if (flushing.length > 0) this.#random.pick(flushing).goOnFlushing(this.#random.between(1, 2));
    },
    beat: () => this.#random.pick(this.#instances).beat(),
    passTime: () => {
      const ms = this.#random.pick([1, 10, 50, 50, 100, 500, 1_100]);
      this.clock.advance(ms);
      if (this.#random.chance(0.2)) for (const instance of this.#instances) instance.receive(this.store.head());
      return `${ms}`;
    },
    want: () => {
      const client = this.#random.pick(this.clients);
      const topics = this.#random.chance(0.3) ? this.#mix.topics : [this.#random.pick(this.#mix.topics)];
      client.want(topics, this.nowMs);
      return `${client.name} ${topics.join()}`;
    },
    unwant: () => {
      const client = this.#random.pick(this.clients);
      const topics = [...client.wanted].filter(() => this.#random.chance(0.3));
      client.unwant(topics, this.nowMs);
      return `${client.name} ${topics.join()}`;
    },
    pace: () => {
      const client = this.#random.pick(this.clients);
      const maxPerSecond = this.#random.pick(PACES);
      client.connection?.ask(maxPerSecond);
      return `${client.name} ${maxPerSecond}`;
    },
    stall: () => {
      const { connection, name } = this.#random.pick(this.clients);
      if (connection === undefined) return;
      connection.isStalled = !connection.isStalled;
      return `${name} ${connection.isStalled}`;
    },
    refuse: () => {
      const { connection } = this.#random.pick(this.clients);
      if (connection !== undefined) connection.isRefusing = true;
    },
    drop: () => {
      const client = this.#random.pick(this.clients);
      this.#drop(client);
      return client.name;
    },
    move: () => {
      const client = this.#random.pick(this.clients);
      this.#drop(client);
      this.#connect(client);
      return client.name;
    },
    connect: () => {
      const client = this.clients.find(({ connection }) => connection === undefined);
      if (client !== undefined) this.#connect(client);
      return client?.name;
    },
    cutOff: () => {
      const instance = this.#random.pick(this.#instances);
      instance.isCutOff = !instance.isCutOff;
    },
    storeAway: () => {
      this.store.isAway = !this.store.isAway;
    },
    trim: () => this.store.trim(),
    restart: () => this.#restart(),
    loseStore: () => {
      const furthest = this.#instances
        .filter(({ hub }) => hub.epoch === this.store.history.epoch)
        .sort((a, b) => b.hub.seq - a.hub.seq)[0];
      this.store.loseEverything(this.#random.chance(0.5) ? furthest?.hub : undefined);
      return this.store.history.epoch;
    },
  };

  #publish(): string {
    const updates = randomUpdates(this.#random, this.#mix, ++this.#published);
    const batch = this.store.append(updates);
    for (const instance of this.#instances) {
      const copies = this.#random.chance(this.#mix.loss) ? 0 : this.#random.chance(0.05) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const delayMs = this.#mix.loss > 0 ? this.#random.pick([0, 0, 5, 60, 300]) : this.#random.pick([0, 0, 5]);
        this.clock.after(delayMs, () => instance.receive(batch));
      }
    }
    return `${batch.from}: ${JSON.stringify(updates)}`;
  }

  #deliverDown(): string {
    const client = this.#pickClient((connection) => connection.down.length > 0);
    const message = client?.connection?.down.shift();
    if (client === undefined || message === undefined) return '';
    if (this.#loses(message)) return `${client.name} loses ${JSON.stringify(message)}`;
    client.take(message, this.nowMs);
    return `${client.name} ${JSON.stringify(message)}`;
  }

  /** Never the frame that opens an epoch: no connection without gaps could bring the next one then. */
  #loses(message: Connection['down'][number]): boolean {
    const isLosable = message.kind === 'beat' || (message.kind === 'frame' && message.frame.epoch === undefined);
    return !this.#isCalm && this.#mix.brokenTransport && isLosable && this.#random.chance(0.2);
  }

  #deliverAll(client: Client, connection: Connection): void {
    for (let message = connection.down.shift(); message !== undefined; message = connection.down.shift()) {
      this.#note(`${this.nowMs} ${client.name} ${JSON.stringify(message)}`);
      client.take(message, this.nowMs);
    }
  }

  #pickClient(isMeant: (connection: Connection) => boolean): Client | undefined {
    const meant = this.clients.filter(({ connection }) => connection !== undefined && isMeant(connection));
    return meant.length === 0 ? undefined : this.#random.pick(meant);
  }

  #connect(client: Client): void {
    client.connect(new Connection(this.#random.pick(this.#instances)), this.nowMs);
  }

  #drop(client: Client): void {
    const { connection } = client;
    if (connection === undefined) return;
    client.disconnect();
    // The server learns of it later, and until then goes on sending to nobody.
    this.clock.after(this.#random.pick([0, 200, 2_000]), () => connection.instance.audience.leave(connection.reader));
  }

  #restart(): void {
    if (this.store.isAway) return;
    const index = this.#random.below(this.#instances.length);
    const instance = this.#instances[index] as Instance;
    instance.stop();
    for (const client of this.clients) if (client.connection?.instance === instance) this.#drop(client);
    this.#instances[index] = new Instance(this.store, this.clock);
  }
}
