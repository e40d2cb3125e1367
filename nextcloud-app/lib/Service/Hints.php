<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\BackgroundJob\DeliverHints;
use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\IJobList;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;
use OCP\Security\ISecureRandom;
use Psr\Log\LoggerInterface;

/**
 * Tells the daemon that something changed. A hint is written down in the request in which it happens and delivered in
 * the background; nobody waits for the daemon to save a file. Hints hold ids and user ids, no names and no paths. One that
 * cannot be delivered for a day is dropped: the daemon looks by itself and needs hints only to be quick.
 */
class Hints {
	private const TABLE = 'voiceassist_hints';
	/** What the daemon takes at once. */
	private const BATCH = 100;
	/** Batches delivered by one run, so that a run ends. */
	private const MAX_BATCHES = 50;
	private const MAX_USERS = 1000;
	private const KEPT_SECONDS = 86400;
	/** Waiting hints at most; beyond, none is worth keeping, because the daemon has to look at everything anyway. */
	private const MAX_WAITING = 100_000;
	/** How often the table is swept while nothing else runs, in hints. */
	private const SWEEP_EVERY = 1000;

	public function __construct(
		private IDBConnection $database,
		private IJobList $jobs,
		private ITimeFactory $time,
		private ISecureRandom $random,
		private Pairing $pairing,
		private Vouch $vouch,
		private DaemonClient $daemon,
		private LoggerInterface $log,
	) {
	}

	/**
	 * Writes a hint down. Never fails: the change it tells of has happened.
	 *
	 * @param list<string> $users
	 */
	public function note(string $type, ?int $fileId, ?int $parentId, ?string $actor, array $users = [], bool $everyone = false): void {
		$event = ['type' => $type];
		if ($fileId !== null) {
			$event['file_id'] = $fileId;
		}
		if ($parentId !== null) {
			$event['parent_id'] = $parentId;
		}
		if ($actor !== null) {
			$event['actor'] = $actor;
		}
		if (count($users) > self::MAX_USERS) {
			$everyone = true;
		}
		$event['users'] = array_slice($users, 0, self::MAX_USERS);
		$event['everyone'] = $everyone;
		$this->keep('event', json_encode($event, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
	}

	/** Writes down that somebody was deleted here. */
	public function noteDeleted(string $userId): void {
		$this->keep('farewell', $userId);
	}

	/** How many wait. */
	public function waiting(): int {
		$query = $this->database->getQueryBuilder();
		$result = $query->select($query->func()->count('id'))->from(self::TABLE)->executeQuery();
		$count = (int)$result->fetchOne();
		$result->closeCursor();
		return $count;
	}

	/** Delivers what waits; true when nothing is left. */
	public function deliver(): bool {
		if (!$this->pairing->isPaired()) {
			$this->forgetOld();
			return true;
		}
		try {
			$this->deliverFarewells();
			for ($batch = 0; $batch < self::MAX_BATCHES; $batch++) {
				$rows = $this->oldest('event', self::BATCH);
				if ($rows === []) {
					return true;
				}
				$this->send(array_map(static fn (array $row): array => json_decode($row['payload'], true, 8, JSON_THROW_ON_ERROR), $rows));
				$this->forget(array_column($rows, 'id'));
			}
		} catch (DaemonException|NotPairedException $failure) {
			$this->log->info('Hints wait for the VoiceAssist daemon: {why}', ['app' => 'voiceassist', 'why' => $failure->getMessage()]);
			$this->forgetOld();
		}
		return false;
	}

	/** Gets the key hints are signed with, unless it is there. */
	public function ensureKey(): void {
		if ($this->pairing->hookKey() === null) {
			$key = $this->daemon->hookKey($this->vouch->forApp('hints'));
			$this->pairing->keepHookKey($key['id'], $key['key']);
		}
	}

	private function keep(string $kind, string $payload): void {
		if (!$this->pairing->isPaired()) {
			return;
		}
		try {
			$query = $this->database->getQueryBuilder();
			$query->insert(self::TABLE)->values([
				'kind' => $query->createNamedParameter($kind),
				'payload' => $query->createNamedParameter($payload),
				'created_at' => $query->createNamedParameter($this->time->getTime(), IQueryBuilder::PARAM_INT),
			])->executeStatement();
			// A server whose background jobs never run must not grow a table for ever.
			if ($query->getLastInsertId() % self::SWEEP_EVERY === 0) {
				$this->forgetOld();
			}
			if (!$this->jobs->has(DeliverHints::class, null)) {
				$this->jobs->add(DeliverHints::class, null);
			}
		} catch (\Throwable $failure) {
			$this->log->warning('A hint could not be kept.', ['app' => 'voiceassist', 'exception' => $failure]);
		}
	}

	/** @param list<array> $events */
	private function send(array $events): void {
		$this->ensureKey();
		$key = $this->pairing->hookKey();
		if ($key === null) {
			throw new NotPairedException('There is no key for hints.');
		}
		$body = json_encode(['events' => $events], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
		$time = (string)$this->time->getTime();
		$nonce = $this->random->generate(32, '0123456789abcdef');
		$signed = "voiceassist-hook-v1\n$time\n$nonce\n" . hash('sha256', $body);
		$signature = hash_hmac('sha256', $signed, $key['bytes']);
		try {
			$this->daemon->deliver($body, [
				'X-VoiceAssist-Key' => $key['id'],
				'X-VoiceAssist-Timestamp' => $time,
				'X-VoiceAssist-Nonce' => $nonce,
				'X-VoiceAssist-Signature' => 'v1=' . $signature,
			]);
		} catch (DaemonException $failure) {
			if ($failure->getCode() === 401) {
				// The daemon knows the key no more; the next run gets a new one.
				$this->pairing->forgetHookKey();
			}
			throw $failure;
		}
	}

	private function deliverFarewells(): void {
		foreach ($this->oldest('farewell', self::BATCH) as $row) {
			$session = $this->daemon->openSession($this->vouch->forDeleted($row['payload']));
			$this->daemon->endConnection($session['token']);
			$this->forget([$row['id']]);
		}
	}

	/** @return list<array{id: int, payload: string}> */
	private function oldest(string $kind, int $limit): array {
		$query = $this->database->getQueryBuilder();
		$result = $query->select('id', 'payload')->from(self::TABLE)
			->where($query->expr()->eq('kind', $query->createNamedParameter($kind)))
			->orderBy('id')->setMaxResults($limit)->executeQuery();
		$rows = [];
		while (($row = $result->fetch()) !== false) {
			$rows[] = ['id' => (int)$row['id'], 'payload' => (string)$row['payload']];
		}
		$result->closeCursor();
		return $rows;
	}

	/** @param list<int> $ids */
	private function forget(array $ids): void {
		$query = $this->database->getQueryBuilder();
		$query->delete(self::TABLE)
			->where($query->expr()->in('id', $query->createNamedParameter($ids, IQueryBuilder::PARAM_INT_ARRAY)))
			->executeStatement();
	}

	/** Old hints go; that somebody was deleted is told for as long as it takes. */
	private function forgetOld(): void {
		$query = $this->database->getQueryBuilder();
		$old = $this->waiting() > self::MAX_WAITING ? $this->time->getTime() : $this->time->getTime() - self::KEPT_SECONDS;
		$query->delete(self::TABLE)
			->where($query->expr()->eq('kind', $query->createNamedParameter('event')))
			->andWhere($query->expr()->lt('created_at', $query->createNamedParameter($old, IQueryBuilder::PARAM_INT)))
			->executeStatement();
	}
}
