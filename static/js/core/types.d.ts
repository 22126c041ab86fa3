/** Types that the modules share: ink, and the JSON of the server. Browsers never load this file. */

type Point = [x: number, y: number];
type Stroke = Point[];
type Piece = { start: Point; first: Point; second: Point; end: Point }; // a cubic Bézier curve with its control points
type Bounds = { left: number; top: number; right: number; bottom: number };
type Bitmap = Uint8Array<ArrayBuffer>; // 784 values row by row, 0 = paper, 255 = ink
type InputMode = "ink" | "pixels";
/** A pointer event before the modules ran; `x` and `y` are shares of the pad's side. */
type EarlyEvent = { kind: string; x: number; y: number; init: PointerEventInit };
interface Window { takeEarlyEvents?: () => EarlyEvent[] }
type InputContent = { strokes: Stroke[] | null; bitmap: Bitmap | null };

type Find = <T extends Element = HTMLElement>(hook: string) => T;
type TagName = keyof HTMLElementTagNameMap;
/** The class of the element that "p" or "p.note" makes. */
type ElementOf<Kind extends string> =
  Kind extends `${infer Tag}.${string}` ? ElementOf<Tag> : Kind extends TagName ? HTMLElementTagNameMap[Kind] : HTMLElement;

type RequestOptions = { body?: unknown; etag?: string | null; signal?: AbortSignal; limit?: number };
/**
 * `body` is a `T` where `status` is 2xx, else null or the server's error. After an error, `message` explains it to people,
 * and is "" where the server cannot be reached; `code` is for programs.
 */
type Reply<T> = { status: number; body: T; etag: string | null; message: string; code?: string };
type Send = <T>(method: string, path: string, options?: RequestOptions) => Promise<Reply<T>>;

type ServerState = "unknown" | "ready" | "waking" | "unreachable" | "failed"; // failed: no model to predict with
type ModelStatus = "loading" | "warm" | "failed";
type Digit = { digit: number; is_digit: number | null };
type Prediction = Digit & { model: string; probabilities: number[] };
type PredictionText = { digit: string; headline: string; detail: string; isDoubtful: boolean };

// The room

type RoundKind = "free" | "ask" | "fool";
type Task = { kind: RoundKind; digit: number | null };
type Round = Task & { id: string };
type ModelAnswer = Digit & { model: string; probability: number; right: boolean | null };
type Reading = Digit & {
  probability: number; label: number | null; right: boolean | null; fooled: Verdict | null;
};
type Verdict = "caught" | "voting" | "yes" | "no";
type ReadingText = {
  isDoubtful: boolean; digit: string; sign: string; share: string; sentence: string;
  tone: "right" | "wrong" | "unsure" | "open";
};
type Drawing = Reading & {
  id: string; number: number; participant_id: string; name: string; strokes: Stroke[]; pending: boolean; hidden: boolean;
  answers?: ModelAnswer[]; gone?: undefined;
};
type Gone = { id: string; gone: true; number?: undefined };
type RoomState = {
  revision: number; round: Round; paused: boolean; code: string | null; needs_code: boolean; address: string; participants: number;
  drawings: number; on_wall: number; spotlight: string | null; joining_closed: boolean; approval: boolean; participant_id?: string | null; to_vote?: Drawing[];
  wifi?: Wifi | null; model?: string; taught?: { label: number; at: number } | null; // taught: of this participant
};
/** The guesses of the room for the accuracy of a run, 0 to 1; `values` are sorted, and null while not all may see them. */
type Guesses = { id: string; open: boolean; count: number; values: number[] | null };
type ShownRun = Pick<LabRun,
  "id" | "title" | "status" | "reason" | "step" | "steps" | "epoch" | "epochs" | "seconds" | "loss" | "accuracy" | "val_loss" |
  "val_accuracy" | "test_accuracy">;
/** The newest run of the lab, as the room sees it; `whole`: these are all points. */
type RunNews =
  { shown: true; whole: boolean; run: ShownRun | null; points: LabPoint[]; guesses: Guesses | null } | { shown: false };
type BlockedPerson = { id: string; name: string; drawings: number };
type Moderation = { revision: number; pending: Drawing[]; pending_count: number; blocked: BlockedPerson[] };
type Wifi = { name: string; password: string };
type Wall = Omit<RoomState, "drawings"> & { drawings: (Drawing | Gone)[]; count: number; full: boolean };
type Score = { model: string; right: number; labeled: number; accuracy: number | null };
type ConfusedPair = { label: number; digit: number | null; count: number; drawings: Drawing[] };
type Scoreboard = {
  models: Score[]; model: string; confusion: number[][]; pairs: ConfusedPair[]; verdicts: Record<Verdict, number>;
  fooled: Drawing[];
};
type Me = { id: string; name: string; drawings: Drawing[] };
type Parcel = { id: string; strokes: Stroke[]; label: number | null; round: string | null; kind: RoundKind };
type ImportReport = {
  imported: number; skipped: number; expired: number; left_out: number; problems: { line: number; reason: string }[];
};
type PreflightCheck = { name: string; ok: boolean | null; detail: string; advice: string };
type LoadTest = {
  phones: number; limited_by: "predictions" | "connections"; predictions_per_second: number; p95_ms: number;
  errors: number; assumption: string;
};
type ServerMetrics = {
  models?: { loading?: number; warm?: number; failed?: number }; default_model?: ModelStatus; uptime_s?: number; predictions_per_second?: number;
  p95_ms?: number | null; queue?: number; rejections?: number; memory_mb?: number | null; notices?: string[];
};

// The page Inside

type Ablation = { off: Set<string>; linear: Set<string> };
type Place = { row: number | null; column: number | null };
type UnitChoice = Place & { layer: string; unit: number };
type RequestedUnit = Place & { layer: string | null; unit: number | null };
/** What a drawing is, and how to learn from it; `weight` is a number of the chosen unit's, null for the largest gradient. */
type Lesson = { label: number | null; rate: number; steps: number; weight: number | null };
type InsideState = InputContent & Ablation & RequestedUnit & Lesson &
  { view: string; model: string | null; against: number | null; isPlain: boolean };
type Layer = {
  name: string; kind: string; shape: number[]; source: string | null; activation: string | null;
  is_hidden: boolean; is_output: boolean; numbers?: number[]; pool?: [rows: number, columns: number];
  bytes?: string; mask?: string; zero?: number; scale?: number;
};
type LayerValues = Layer & { values: Float32Array };
type Inspection = Prediction & { logits: number[]; layers: Layer[] };
type UnitBase = { layer: string; unit: number; activation: string | null; output: number; is_off: boolean };
type WeightedSum = { weights: string; bias: number; z: number };
type Patch = {
  patch: string; patch_shape: number[]; row: number; column: number; map: string; map_shape: number[]; field: number[];
};
type DenseUnit = UnitBase & WeightedSum & {
  kind: "dense"; input_layer: string; input_shape: number[]; inputs: string; sums: number[] | null;
  outputs: number[] | null;
};
type ConvUnit = UnitBase & WeightedSum & Patch & { kind: "conv" };
type PoolUnit = UnitBase & Patch & { kind: "pool" };
type UnitInspection = { model: string; unit: DenseUnit | ConvUnit | PoolUnit };
type Explanation = {
  digit: number; against: number | null; blank: number; full: number; gained: number; total: number; pixels: string;
};
type Neuron = Place & { layer: string; unit: number };
type ChainTerm = Neuron & { error: number; weight: number };
/** A neuron's error is its slope times the sum of its terms; that of an output is its probability minus the target. */
type HiddenLink = Neuron & {
  activation: string | null; is_off: boolean; z: number; slope: number; sum: number; error: number; terms: ChainTerm[]; count: number;
  probability?: undefined;
};
type OutputLink = Neuron & { probability: number; error: number };
type TracedWeight = {
  layer: string; unit: number; input: number; weight: number; after: number; x: number; error: number; positions: number;
  others: number; gradient: number; gradients: string; chain: (HiddenLink | OutputLink)[];
};
type LearningStep = {
  model: string; label: number; rate: number; steps: number; losses: number[]; errors: number[];
  before: Omit<Prediction, "model">; after: Omit<Prediction, "model">; weight: TracedWeight | null;
};
type Superposition = { model: string; parts: number; whole: number };
type KerasCode = { code: string; versions: { tensorflow: string; keras: string } };
/** What the server answers to each query of the page Inside. */
type InsideAnswers = {
  inspect: Inspection; unit: UnitInspection; explain: Explanation; learn: LearningStep; predictAll: { predictions: Prediction[] };
  superposition: { models: Superposition[] }; code: KerasCode;
};

// The lab

type LabActivation = "relu" | "tanh" | "sigmoid" | "none" | "step";
/** A hidden layer; `size` and `pool` of a convolution alone. A number is null while its field is empty. */
type LabLayer = {
  kind: "dense" | "conv"; units: number | null; activation: LabActivation; dropout: number | null; size?: number; pool?: boolean;
};
type LabSpec = {
  preset: string | null; layers: LabLayer[]; optimizer: "adam" | "sgd" | "momentum" | "rmsprop"; learning_rate: number | null;
  batch_size: number | null; epochs: number | null; l2: number | null; samples: number | null; augment: boolean;
  wrong_labels: number | null; seed: number | null;
};
type LabPreset = { name: string; title: string; spec: LabSpec };
type LabStoryRun = { title: string; spec: LabSpec };
type LabStory = { name: string; title: string; text: string; runs: LabStoryRun[] };
type LabStatus = "off" | "starting" | "idle" | "training" | "paused" | "failed";
type LabRunStatus = "waiting" | "training" | "paused" | "done" | "stopped" | "failed";
type LabRun = {
  id: number; title: string; spec: LabSpec; status: LabRunStatus; reason: string | null; parameters: number; step: number;
  steps: number; epoch: number; epochs: number; seconds: number; seconds_left: number | null; accuracy: number | null;
  loss: number | null; val_accuracy: number | null; val_loss: number | null; test_accuracy: number | null;
  room_score: LabRoomScore | null; model: string | null; is_saving: boolean; kept_as: string | null;
};
/** Of the room's newest labeled drawings. */
type LabRoomScore = { right: number; count: number };
/** Limits of the fields of a spec, each [least, most]; of the layers their most. */
type LabLimits = Record<string, number | [least: number, most: number]>;
type LabState = { fetch: LabFetch | null;
  status: LabStatus; reason: string | null; data: { title: string; train: number; validation: number; test: number }; limits: LabLimits;
  presets: LabPreset[]; stories: LabStory[]; run: LabRun | null; runs: LabRun[]; room: LabBroadcast;
  pinned: LabDrawing[]; saved: number; scored: number;
};
/** What the room sees of the lab; `guesses` is their number. */
type LabBroadcast = { shown: boolean; asking: boolean; guesses: number };
/** Training values are means since the last point; null is not measured, or not a number. */
type LabPoint = [
  step: number, epoch: number, loss: number | null, accuracy: number | null, valLoss: number | null, valAccuracy: number | null,
];
type LabWeights = { count: number; side: number; pixels: string };
type LabDrawing = { strokes: Stroke[]; bitmap: string; label: number | null };
/** Without probabilities before the network has read it. */
type LabPinned = LabDrawing & { probabilities?: number[] };
/** A drawing that can be pinned. */
type LabOffer = { strokes: Stroke[]; label: number | null };
type LabGradient = { layer: string; norm: number };
/** What is seen of a network while it learns. */
type LabViews = {
  weights: LabWeights | null; pinned: LabPinned[] | null; confusion: number[][] | null; gradients: LabGradient[] | null;
};
type LabDetail = LabViews & { run: LabRun; points: LabPoint[] };
type LabEvent = Partial<LabViews> & {
  status: LabStatus; reason: string | null; run: LabRun | null; fetch: LabFetch | null; points?: LabPoint[]; saved?: number; scored?: number;
  room?: LabBroadcast;
};
type LabCheckedLayer = { name: string; title: string; shape: number[]; parameters: number };
type LabCheck = {
  parameters: number; layers: LabCheckedLayer[]; warnings: { field: string; text: string }[]; code: string;
};
type LabFetch = { is_running: boolean; received: number; size: number; reason: string | null };
type LabAction = "pause" | "resume" | "step" | "epoch" | "stop";
/** One run in the plots: `hue` 0 is the present one. */
type LabCurve = { title: string; hue: number; epochs: number; isFailed: boolean; points: LabPoint[] };

// "Teach it our handwriting"

type TeachStatus = "waiting" | "training" | "done" | "stopped" | "failed";
type TeachDigit = { digit: number; drawings: number; people: number };
/** Shares of correct answers, 0 to 1; of no samples they are null. */
type TeachScores = { samples: number; before: number | null; after: number | null };
/** A drawing that the taught network reads and the base does not, or the other way around; null is no digit. */
type TeachChange = { label: number; before: number | null; after: number | null; is_held_out: boolean; strokes: Stroke[] };
type TeachResult = { held_out: TeachScores; mnist: TeachScores; taught: TeachScores; changes: TeachChange[] };
type Teaching = {
  id: number; status: TeachStatus; reason: string | null; base: string; wrong_labels: number; seconds: number; seconds_left: number | null;
  share_done: number; model: string | null; is_used: boolean; kept_as: string | null; result: TeachResult | null;
};
type TeachState = {
  coverage: TeachDigit[]; missing: string | null; problem: string | null; people: { taught: number; held_out: number };
  drawings: { taught: number; held_out: number }; bases: { name: string; title: string }[]; base: string; can_train: boolean;
  reason: string | null; warning: string | null; used: string; original: string; before: string | null;
  teaching: Teaching | null;
};
