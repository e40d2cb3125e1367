<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Command;

use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Hints;
use OCA\VoiceAssist\Service\Vouch;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** What is indexed, what waits, what failed, and whose connection needs help. */
class Status extends Command {
	public function __construct(
		private DaemonClient $daemon,
		private Vouch $vouch,
		private Hints $hints,
	) {
		parent::__construct();
	}

	protected function configure(): void {
		$this->setName('voiceassist:status')
			->setDescription('Shows how VoiceAssist is: documents, background work, connections')
			->addOption('output', null, InputOption::VALUE_REQUIRED, 'plain or json', 'plain');
	}

	protected function execute(InputInterface $input, OutputInterface $output): int {
		try {
			$overview = $this->daemon->overview($this->vouch->forApp('occ'));
		} catch (DaemonException|NotPairedException $failure) {
			$output->writeln('<error>' . $failure->getMessage() . '</error>');
			$output->writeln('Run occ voiceassist:self-test to see what to do.');
			return self::FAILURE;
		}
		$overview['hints_waiting'] = $this->hints->waiting();
		if ($input->getOption('output') === 'json') {
			$output->writeln(json_encode($overview, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT));
			return self::SUCCESS;
		}
		$output->writeln('Daemon:      ' . $overview['version']);
		$documents = array_filter($overview['documents']);
		$output->writeln('Documents:   ' . implode(', ', array_map(static fn (string $state, int $count): string => "$count $state", array_keys($documents), $documents)));
		foreach ($overview['failures'] as $failure) {
			$output->writeln(sprintf('             %d %s: %s', $failure['count'], $failure['code'], $failure['explanation']));
		}
		$queue = $overview['queue'];
		$output->writeln(sprintf('Work:        %d waiting, %d running, %d put off, %d given up', $queue['waiting'], $queue['running'], $queue['delayed'], $queue['given_up']));
		$output->writeln('Hints:       ' . $overview['hints_waiting'] . ' waiting here');
		$output->writeln('Connections: ' . count($overview['people']) . ($overview['more_people'] ? ' and more' : ''));
		foreach ($overview['people'] as $person) {
			if ($person['advice']['code'] !== 'none') {
				$output->writeln(sprintf('             %s is %s: %s', $person['user_id'], $person['state'], $person['advice']['sentence']));
			}
		}
		return self::SUCCESS;
	}
}
